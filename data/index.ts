// "gradc/data": files and arrays to named columns, rows and batches. Nothing of Node is imported, so that it bundles for a browser.
export { GradcError } from "../runtime/error.ts";
export type { Column } from "./column.ts";
export type { CsvOptions } from "./csv.ts";
export type { Batch } from "./dataset/collate.ts";
export type { Dataset, HeldDataset } from "./dataset/dataset.ts";
export type { DataRow, RowContext, RowFunction } from "./dataset/rows.ts";
export type { SplitOptions } from "./dataset/split.ts";
export { type DataLoader, dataLoader, type LoaderOptions, type LoaderPosition } from "./loader/loader.ts";
export { type Sampler, type SamplerContext, stratified, weighted } from "./loader/samplers.ts";
export type { TableSource } from "./source.ts";
export { type ArraySource, type ColumnData, fromArrays } from "./sources/arrays.ts";
export type { ArrayFiles } from "./sources/bytes.ts";
export { type FolderOptions, fromFolder } from "./sources/folder.ts";
export { fromIdx } from "./sources/idx.ts";
export { fromNpy } from "./sources/npy.ts";
export { fromParquet } from "./sources/parquet.ts";
export type { Picture } from "./sources/pictures.ts";
export { fromCsv, fromJsonLines, type StreamOptions } from "./sources/text-tables.ts";
