import { fontWeights, interFont } from '../assets.ts';

/** The page's font inside the page, so that it looks the same everywhere and nothing is loaded. */
export function fontFaces(): string {
  return fontWeights
    .map((weight) => {
      const data = interFont(weight).toString('base64');
      return `@font-face { font-family: Inter; font-style: normal; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}) format("woff2"); }\n`;
    })
    .join('');
}
