// A thread that makes trainings: each message is a task, or asks it to end the one that it is at.
import { parentPort } from "node:worker_threads";
import type { Task } from "./task.ts";
import { runTask } from "./trial.ts";

let controller = new AbortController();

parentPort?.on("message", async (task: Task | "stop") => {
  if (task === "stop") return controller.abort();
  controller = new AbortController();
  parentPort?.postMessage(await runTask(task, controller.signal));
});
