// YOLOv5's layers twice over: as PyTorch would pickle them, and as a function that computes what they mean.
import { createRandom } from '../../../hostile/random.ts';
import {
  add,
  apply,
  concatenate,
  convolve,
  enlarge,
  type FeatureMap,
  focus,
  maxPool,
  sigmoid,
} from './feature-map.ts';
import { orderedDict, PyGlobal, PyObject, PyTensor, PyTuple } from './python-values.ts';

export interface TestModule {
  readonly pickled: PyObject;
  forward(...inputs: FeatureMap[]): FeatureMap;
}

export type Activation = 'SiLU' | 'ReLU' | 'LeakyReLU' | 'Hardswish' | 'Identity';

const ACTIVATIONS: Readonly<Record<Activation, (value: number) => number>> = {
  SiLU: (v) => v * sigmoid(v),
  ReLU: (v) => Math.max(0, v),
  LeakyReLU: (v) => (v < 0 ? v * 0.125 : v),
  Hardswish: (v) => (v * Math.min(6, Math.max(0, v + 3))) / 6,
  Identity: (v) => v,
};

/** Makes layers with random weights, which are exact in float16; the same seed gives the same ones. */
export class ModuleFactory {
  readonly #random: () => number;
  readonly #storage: 'HalfStorage' | 'FloatStorage';

  constructor(seed: number, storage: 'HalfStorage' | 'FloatStorage' = 'HalfStorage') {
    this.#random = createRandom(seed);
    this.#storage = storage;
  }

  /** Between `from` and `to`, rounded to float16. */
  random(from: number, to: number): number {
    return Math.f16round(from + (to - from) * this.#random());
  }

  numbers(count: number, from: number, to: number): number[] {
    return Array.from({ length: count }, () => this.random(from, to));
  }

  tensor(shape: readonly number[], values: readonly number[]): PyTensor {
    return new PyTensor(shape, values, { storage: this.#storage });
  }

  conv2d(inputs: number, outputs: number, size = 1, options: ConvolutionOptions = {}): TestModule {
    const { stride = 1, padding = size >> 1, groups = 1, bias = false } = options;
    const shape = [outputs, inputs / groups, size, size];
    const reach = 1.7 / Math.sqrt((inputs / groups) * size * size);
    const weight = this.numbers(
      shape.reduce((a, b) => a * b),
      -reach,
      reach,
    );
    const biases = bias ? this.numbers(outputs, -0.5, 0.5) : undefined;
    const pickled = module('torch.nn.modules.conv', 'Conv2d', {
      parameters: {
        weight: this.tensor(shape, weight),
        bias: biases ? this.tensor([outputs], biases) : null,
      },
      attributes: {
        in_channels: inputs,
        out_channels: outputs,
        kernel_size: new PyTuple(size, size),
        stride: new PyTuple(stride, stride),
        padding: new PyTuple(padding, padding),
        dilation: new PyTuple(1, 1),
        groups,
        padding_mode: 'zeros',
      },
    });
    return {
      pickled,
      forward: (x: FeatureMap) =>
        apply(
          convolve(x, weight, outputs, { size, stride, padding, groups }),
          (v, c) => v + (biases?.[c] ?? 0),
        ),
    };
  }

  batchNorm(channels: number): TestModule {
    const gamma = this.numbers(channels, 0.5, 1.5);
    const beta = this.numbers(channels, -0.5, 0.5);
    const mean = this.numbers(channels, -0.5, 0.5);
    const variance = this.numbers(channels, 0.5, 1.5);
    const eps = 0.001;
    const tensor = (values: number[]) => this.tensor([channels], values);
    const pickled = module('torch.nn.modules.batchnorm', 'BatchNorm2d', {
      parameters: { weight: tensor(gamma), bias: tensor(beta) },
      buffers: {
        running_mean: tensor(mean),
        running_var: tensor(variance),
        num_batches_tracked: new PyTensor([], [7], { storage: 'LongStorage' }),
      },
      attributes: { num_features: channels, eps },
    });
    const forward = (x: FeatureMap) =>
      apply(
        x,
        (v, c) =>
          ((v - (mean[c] as number)) / Math.sqrt((variance[c] as number) + eps)) * (gamma[c] as number) +
          (beta[c] as number),
      );
    return { pickled, forward };
  }

  activation(name: Activation): TestModule {
    const place = name === 'Identity' ? 'linear' : 'activation';
    const pickled = module(`torch.nn.modules.${place}`, name, { attributes: { negative_slope: 0.125 } });
    return { pickled, forward: (x: FeatureMap) => apply(x, ACTIVATIONS[name]) };
  }

  conv(inputs: number, outputs: number, size = 1, options: ConvolutionOptions = {}): TestModule {
    const conv = this.conv2d(inputs, outputs, size, options);
    const bn = options.fused ? undefined : this.batchNorm(outputs);
    const act = this.activation(options.activation ?? 'SiLU');
    return {
      pickled: common(options.name ?? 'Conv', { conv, ...(bn && { bn }), act }),
      forward: (x: FeatureMap) => act.forward(bn ? bn.forward(conv.forward(x)) : conv.forward(x)),
    };
  }

  focus(inputs: number, outputs: number, size: number): TestModule {
    const conv = this.conv(inputs * 4, outputs, size);
    return { pickled: common('Focus', { conv }), forward: (x: FeatureMap) => conv.forward(focus(x)) };
  }

  bottleneck(channels: number, shortcut = true, name = 'Bottleneck'): TestModule {
    const cv1 = this.conv(channels, channels);
    const cv2 = this.conv(channels, channels, 3);
    return {
      pickled: common(name, { cv1, cv2 }, { add: shortcut }),
      forward: (x: FeatureMap) => {
        const y = cv2.forward(cv1.forward(x));
        return shortcut ? add(x, y) : y;
      },
    };
  }

  ghostConv(inputs: number, outputs: number, size = 1, options: ConvolutionOptions = {}): TestModule {
    const half = outputs / 2;
    const cv1 = this.conv(inputs, half, size, options);
    const cv2 = this.conv(half, half, 5, { ...options, stride: 1, groups: half });
    return {
      pickled: common('GhostConv', { cv1, cv2 }),
      forward: (x: FeatureMap) => {
        const y = cv1.forward(x);
        return concatenate(y, cv2.forward(y));
      },
    };
  }

  ghostBottleneck(channels: number): TestModule {
    const conv = sequential(
      this.ghostConv(channels, channels / 2),
      this.activation('Identity'),
      this.ghostConv(channels / 2, channels, 1, { activation: 'Identity' }),
    );
    const shortcut = sequential(
      this.conv(channels, channels, 3, { groups: channels, name: 'DWConv', activation: 'Identity' }),
      this.conv(channels, channels, 1, { activation: 'Identity' }),
    );
    return {
      pickled: common('GhostBottleneck', { conv, shortcut }),
      forward: (x: FeatureMap) => add(conv.forward(x), shortcut.forward(x)),
    };
  }

  /** @param inner makes what is repeated; bottlenecks if absent */
  c3(inputs: number, outputs: number, options: C3Options = {}): TestModule {
    const { repeats = 1, shortcut = true, name = 'C3' } = options;
    const half = outputs / 2;
    const inner = options.inner ?? (() => this.bottleneck(half, shortcut));
    const cv1 = this.conv(inputs, half);
    const cv2 = this.conv(inputs, half);
    const m = options.single
      ? inner(half)
      : sequential(...Array.from({ length: repeats }, () => inner(half)));
    const cv3 = this.conv(outputs, outputs);
    return {
      pickled: common(name, { cv1, cv2, cv3, m }),
      forward: (x: FeatureMap) => cv3.forward(concatenate(m.forward(cv1.forward(x)), cv2.forward(x))),
    };
  }

  bottleneckCsp(inputs: number, outputs: number): TestModule {
    const half = outputs / 2;
    const cv1 = this.conv(inputs, half);
    const cv2 = this.conv2d(inputs, half);
    const cv3 = this.conv2d(half, half);
    const cv4 = this.conv(outputs, outputs);
    const bn = this.batchNorm(outputs);
    const act = this.activation('LeakyReLU');
    const m = sequential(this.bottleneck(half));
    return {
      pickled: common('BottleneckCSP', { cv1, cv2, cv3, cv4, bn, act, m }),
      forward: (x: FeatureMap) => {
        const joined = concatenate(cv3.forward(m.forward(cv1.forward(x))), cv2.forward(x));
        return cv4.forward(act.forward(bn.forward(joined)));
      },
    };
  }

  spp(inputs: number, outputs: number, sizes = [5, 9, 13]): TestModule {
    const half = inputs / 2;
    const cv1 = this.conv(inputs, half);
    const cv2 = this.conv(half * (sizes.length + 1), outputs);
    const pools = sizes.map(maxPoolModule);
    const m = { pickled: list(pools), forward: (x: FeatureMap) => x };
    return {
      pickled: common('SPP', { cv1, cv2, m }),
      forward: (x: FeatureMap) => {
        const y = cv1.forward(x);
        return cv2.forward(concatenate(y, ...sizes.map((size) => maxPool(y, size))));
      },
    };
  }

  sppf(inputs: number, outputs: number): TestModule {
    const half = inputs / 2;
    const cv1 = this.conv(inputs, half);
    const cv2 = this.conv(half * 4, outputs);
    return {
      pickled: common('SPPF', { cv1, cv2, m: maxPoolModule(5) }),
      forward: (x: FeatureMap) => {
        const a = cv1.forward(x);
        const b = maxPool(a, 5);
        const c = maxPool(b, 5);
        return cv2.forward(concatenate(a, b, c, maxPool(c, 5)));
      },
    };
  }
}

export interface ConvolutionOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly activation?: Activation;
  /** Of the class, if it is not `Conv`. */
  readonly name?: string;
  /** Saved after its batch norm was folded into it. */
  readonly fused?: boolean;
}

export interface C3Options {
  readonly repeats?: number;
  readonly shortcut?: boolean;
  readonly name?: string;
  readonly inner?: (channels: number) => TestModule;
  /** `m` is the inner module itself. */
  readonly single?: boolean;
}

export function concatModule(): TestModule {
  return { pickled: common('Concat', {}, { d: 1 }), forward: concatenate };
}

export function upsampleModule(mode = 'nearest'): TestModule {
  const attributes = { size: null, scale_factor: 2, mode };
  return { pickled: module('torch.nn.modules.upsampling', 'Upsample', { attributes }), forward: enlarge };
}

export function sequential(...modules: TestModule[]): TestModule {
  return {
    pickled: module('torch.nn.modules.container', 'Sequential', {
      modules: Object.fromEntries(modules.map(({ pickled }, i) => [`${i}`, pickled])),
    }),
    forward: (x: FeatureMap) => modules.reduce((value, each) => each.forward(value), x),
  };
}

export function list(modules: readonly TestModule[]): PyObject {
  return module('torch.nn.modules.container', 'ModuleList', {
    modules: Object.fromEntries(modules.map(({ pickled }, i) => [`${i}`, pickled])),
  });
}

function maxPoolModule(size: number): TestModule {
  const attributes = { kernel_size: size, stride: 1, padding: size >> 1, dilation: 1, ceil_mode: false };
  return {
    pickled: module('torch.nn.modules.pooling', 'MaxPool2d', { attributes }),
    forward: (x: FeatureMap) => maxPool(x, size),
  };
}

function common(
  name: string,
  modules: Readonly<Record<string, TestModule>>,
  attributes: Readonly<Record<string, unknown>> = {},
): PyObject {
  const pickled = Object.fromEntries(Object.entries(modules).map(([key, value]) => [key, value.pickled]));
  return module('models.common', name, { modules: pickled, attributes });
}

interface ModuleParts {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly buffers?: Readonly<Record<string, unknown>>;
  readonly modules?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A `torch.nn.Module` as it is pickled. */
export function module(place: string, name: string, parts: ModuleParts): PyObject {
  const { parameters = {}, buffers = {}, modules = {}, attributes = {} } = parts;
  return new PyObject(new PyGlobal(place, name), {
    training: false,
    _parameters: orderedDict(parameters),
    _buffers: orderedDict(buffers),
    _backward_hooks: orderedDict({}),
    _modules: orderedDict(modules),
    ...attributes,
  });
}
