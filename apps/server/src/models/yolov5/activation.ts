import type { ModuleView } from '../checkpoint/module-view.ts';
import { ModelError } from '../model-error.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';

/**
 * Adds an activation function and returns the name of its output. YOLOv5 uses SiLU (`x * sigmoid(x)`);
 * its configuration files let people choose others.
 * @throws {ModelError} naming an unknown one
 */
export function addActivation(graph: GraphBuilder, module: ModuleView, input: string): string {
  const { where } = module;
  switch (module.className) {
    case 'torch.nn.modules.activation.SiLU':
      return graph.node('Mul', where, [input, graph.node('Sigmoid', `${where}.sigmoid`, [input])]);
    case 'torch.nn.modules.activation.ReLU':
      return graph.node('Relu', where, [input]);
    case 'torch.nn.modules.activation.LeakyReLU':
      return graph.node('LeakyRelu', where, [input], { alpha: { float: module.number('negative_slope') } });
    case 'torch.nn.modules.activation.Hardswish': {
      // x * clip(x / 6 + 1/2, 0, 1); ONNX has it as one operation from opset 14 on.
      const gate = graph.node('HardSigmoid', `${where}.gate`, [input], { alpha: { float: 1 / 6 } });
      return graph.node('Mul', where, [input, gate]);
    }
    case 'torch.nn.modules.linear.Identity':
      return input;
    default:
      throw new ModelError(`${where} is a ${module.className}, which is not an activation of YOLOv5`);
  }
}
