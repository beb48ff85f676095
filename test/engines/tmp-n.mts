import { bitsHere } from "/work/main/test/engines/networks.ts";
const t=performance.now(); console.log(await bitsHere(), performance.now()-t);
