// What pages about trainings say beside what the training itself prints.

export const training = {
  titles: {
    ended: "How it ended",
    warnings: "Warnings",
    course: "Course",
    figures: (where: string): string => `Figures ${where}`,
    confusion: (where: string): string => `Confusion ${where}`,
    data: "Data",
    distributions: "Weights and gradients",
    formulas: "Formulas",
    run: "Run",
  },
  held: "on rows that are held out",
  trained: "on the training rows",
  /** Of the last epoch. */
  subtitle: (epoch: number, epochs: number, seed: number): string => `epoch ${epoch} of ${epochs}, seed ${seed}`,
  /** Charts, their curves and their axes. */
  charts: {
    loss: "loss",
    stepLosses: "loss of steps",
    rate: "learning rate",
    training: "training",
    held: "held out",
    epoch: "epoch",
    step: "step",
    weights: "weights",
    gradient: "gradient",
  },
  /** Heads of tables. */
  columns: { trained: "trained", constant: "constant", setting: "setting", value: "value", keptEpoch: "kept epoch" },
  confusion: (target: string): string => `${target}: rows by their class, columns by what the net says`,
  more: (count: number): string => `and ${count} parameters more`,
};
