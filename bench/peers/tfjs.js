// TensorFlow.js as it comes.
import { prepareWith, tf, version } from "./tfjs-net.js";

export { version };
export const prepare = (task) => prepareWith(task, tf.matMul);
