import { bundleBytes, fullRollout, oneOf, segmentOf, split, type RuleInit, type SegmentInit, type FlagInit } from "@aplomb/testkit";
import { openBundle, evaluateValue, evaluate } from "@aplomb/core";
import { murmur3 } from "/work/main/packages/core/src/hash.js";
import { createBucketer } from "/work/main/packages/core/src/bucket.js";
const segments: Record<string, SegmentInit> = {};
const flags: Record<string, FlagInit> = {};
const variants = ["a","b"].map((name,i)=>({name, value:{enabled: i===1}}));
const v4 = ["a","b","c","d"].map((name,i)=>({name, value:{enabled: i%2===1}}));
function w1(i:number){ segments[`w1-${i}`]=segmentOf(oneOf("country","SE","NO","DK")); flags[`w1-${i}`]={variants, rules:[split(`w1-${i}`,`w1-${i}`,{a:50,b:50})]}; }
function w2(i:number){ const rules: RuleInit[]=[]; for(let r=0;r<10;r++){ const last=r===9; const list=Array.from({length:20},(_,k)=> last&&k===19?"beta-group":`g${r}-${k}`); segments[`w2-${i}-${r}`]=segmentOf({and:[oneOf("group",...list), {kind:{case:"attribute",value:{path:"version",rule:{case:"range",value:{start:{case:"startInclusive",value:{kind:{case:"version",value:"1.2.0"}}}}}}}}, {kind:{case:"attribute",value:{path:"score",rule:{case:"range",value:{start:{case:"startInclusive",value:{kind:{case:"number",value:0}}},end:{case:"endExclusive",value:{kind:{case:"number",value:1000}}}}}}}}]}); rules.push(split(`w2-${i}-${r}`,`w2-${i}-${r}`,{a:25,b:25,c:25,d:25})); } flags[`w2-${i}`]={variants:v4,rules}; }
for(let i=0;i<80;i++) w1(i); for(let i=0;i<20;i++) w2(i);
const fs = openBundle(bundleBytes({segments,flags}));
const ctxs = JSON.parse(JSON.stringify(Array.from({length:1000},(_,i)=>({targetingKey:`user-${(i*2654435761>>>0).toString(16).padStart(8,"0")}`,country:["SE","NO","DK","FI"][i%4],group:"beta-group",version:"1.4.2",score:i%1000,plan:"pro",email:`u${i}@x.com`,beta:true}))));
// floor
const set=new Set(["SE","NO","DK"]); const bk=createBucketer("w1-0");
const floor1=(c:any)=>{ const v=c.country; if(typeof v==="string"&&set.has(v)){ const b=bk.bucketOf(c.targetingKey,100); return b>=50;} return false; };
function bench(name:string, f:(c:any)=>unknown, n=300000){ let s=0; for(let r=0;r<9;r++){ const t=process.hrtime.bigint(); for(let i=0;i<n;i++){ if(f(ctxs[i%1000])) s++; } const dt=Number(process.hrtime.bigint()-t)/n; times.push(dt);} times.sort((a,b)=>a-b); console.log(name.padEnd(30), times[4]!.toFixed(0),"ns", s); times.length=0; }
const times:number[]=[];
bench("floor W1",floor1); bench("W1 evaluateValue",c=>evaluateValue(fs,"w1-0.enabled",false,c)); bench("floor W1",floor1); bench("W1 evaluateValue",c=>evaluateValue(fs,"w1-0.enabled",false,c)); bench("W1 evaluate",c=>evaluate(fs,"w1-0.enabled",false,c).value);
bench("W2 evaluateValue",c=>evaluateValue(fs,"w2-0.enabled",false,c),100000);
const keys=[...fs.flagKeys].map(k=>k+".enabled"); bench("W3 100 flags",c=>{let x=0;for(const k of keys) if(evaluateValue(fs,k,false,c)) x++; return x;},3000);
