import { model, f32, i32, nn, losses, optim } from "../src/index.ts";
import { compile } from "../src/compile.ts";
import { printKernel } from "../compiler/kernel/print.ts";
const w2 = model("w2", { x: f32("batch", 784), y: i32("batch") }, ({ x, y }) => { const h = nn.relu(nn.linear(x,128)); const z = nn.linear(h,10); return { outputs:{z}, loss: losses.crossEntropy(z,y)};});
const w1 = model("w1", { x: f32("batch", 13), y: f32("batch",1) }, ({ x, y }) => { const h = nn.tanh(nn.linear(x,5)); const z = nn.linear(h,1); return { outputs:{z}, loss: losses.mse(z,y)};});
for (const [name, md, batch, opt] of [["w1",w1,32,optim.sgd({lr:0.01})],["w2",w2,64,optim.sgd({lr:0.01})],["w2adam",w2,64,optim.adam({lr:0.001})]] as const) {
  const t0=performance.now();
  const built = await compile(md as any, { batch, optimizer: opt, profile: "exact" } as any) as any;
  const inst = await WebAssembly.instantiate(await WebAssembly.compile(built.wasm));
  const man = built.manifest; const mem = inst.exports.memory as WebAssembly.Memory;
  const f = new Float32Array(mem.buffer); const iv = new Int32Array(mem.buffer);
  console.log(name, "compile", (performance.now()-t0).toFixed(0), "ms", built.wasm.length, "bytes");
  for (const v of man.inputs) { const n=v.shape.reduce((a:number,d:any)=>a*(typeof d==="number"?d:batch),1); for(let i=0;i<n;i++){ if(v.dtype==="f32") f[v.offset/4+i]=Math.sin(i*1.7); else iv[v.offset/4+i]=i%10; } }
  (inst.exports.init as any)(...man.entries.find((e:any)=>e.name==="init").dims.map(()=>batch));
  const run = inst.exports.step as any;
  for (let i=0;i<3000;i++) run(batch);
  const reps = name==="w1"?2000:20; const ts=[]; for(let q=0;q<20;q++){const t=performance.now(); for(let i=0;i<reps;i++) run(batch); ts.push((performance.now()-t)/reps*1e3);} ts.sort((a,b)=>a-b);
  (await import("node:fs")).writeFileSync(`/tmp/${name}.wasm`, built.wasm);
  console.log(name, "step", ts[4]!.toFixed(2), "us", "status", run(batch));
  if (process.argv.includes(name)) { const k = built.kernels; console.log(built.wat().match(/\(func \$step[^]*?\n \)/)?.[0]?.length); console.log(k); }
  if (process.argv.includes(name+".wat")) console.log(built.wat());
}
