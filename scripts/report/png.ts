import { runInThisContext } from 'node:vm';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, type ChartItem, registerables } from 'chart.js';
import { fontWeights, interFont } from './assets.ts';
import type { Figure } from './figure.ts';
import { marksSource } from './marks.ts';

const pixelRatio = 2;
let ready = false;

/** Chart.js keeps its plugins and defaults globally, so this happens once. */
function prepare(): void {
  if (ready) return;
  // A machine without fonts draws no text at all: Inter comes along.
  for (const weight of fontWeights) GlobalFonts.register(interFont(weight), 'Inter');
  Chart.register(...registerables);
  const install = runInThisContext(marksSource, { filename: 'scripts/report/marks.ts' }) as (
    chart: typeof Chart,
  ) => void;
  install(Chart);
  ready = true;
}

/** A figure as PNG on white, twice its logical size. The same figure gives the same bytes. */
export function png(figure: Figure): Buffer {
  prepare();
  const canvas = createCanvas(figure.width, figure.height);
  // Chart.js writes into the configuration it is given.
  const config = structuredClone(figure.config) as unknown as ChartConfiguration;
  const options = (config.options ?? {}) as Record<string, unknown>;
  const chart = new Chart(
    canvas as unknown as ChartItem,
    {
      ...config,
      options: {
        ...options,
        responsive: false,
        animation: false,
        devicePixelRatio: pixelRatio,
        layout: {
          ...(options.layout as object),
          padding: { top: 10, right: 24, bottom: 12, left: 12, ...layoutPadding(options) },
        },
        plugins: {
          ...(options.plugins as object),
          title: {
            display: true,
            text: figure.title,
            align: 'start',
            color: '#111827',
            font: { size: 17, weight: 600 },
            padding: { bottom: 8 },
          },
        },
      },
      plugins: [{ id: 'paper', beforeDraw: ({ ctx }) => paper(ctx, figure) }],
    } as ChartConfiguration,
  );
  const bytes = canvas.toBuffer('image/png');
  chart.destroy();
  return bytes;
}

function layoutPadding(options: Record<string, unknown>): object {
  const layout = options.layout as { padding?: object } | undefined;
  return layout?.padding ?? {};
}

function paper(context: Chart['ctx'], figure: Figure): void {
  context.save();
  context.fillStyle = '#FFFFFF';
  context.fillRect(0, 0, figure.width, figure.height);
  context.restore();
}
