// Ours with relaxed multiply-add, for engines that have it.
import type { Task } from "../workloads/data.ts";
import { prepare as prepareProfile, version } from "./gradc.ts";

export { version };
export const prepare = (task: Task) => prepareProfile(task, "fast");
