import type { Activation } from '../arithmetic.ts';
import type { ActivationFunction } from '../float.ts';

/** A fused activation. */
export function activate(activation: Activation, value: number): number {
  switch (activation) {
    case 'none':
      return value;
    case 'relu':
      return Math.max(0, value);
    case 'relu6':
      return Math.min(6, Math.max(0, value));
    case 'reluN1To1':
      return Math.min(1, Math.max(-1, value));
  }
}

export function activationFunction(name: ActivationFunction, alpha: number, value: number): number {
  switch (name) {
    case 'logistic':
      return 1 / (1 + Math.exp(-value));
    case 'tanh':
      return Math.tanh(value);
    case 'leakyRelu':
      return value < 0 ? alpha * value : value;
    default:
      return activate(name, value);
  }
}
