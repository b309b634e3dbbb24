import { readFileSync, writeFileSync, createWriteStream } from "node:fs";
import { launch, open, ready } from "./browser.mjs";
import { serve } from "./serve.mjs";
const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url)));
const one=(i)=>JSON.stringify({...sample,call:{...sample.call,call_id:`m-${i}`,start_time:new Date(Date.UTC(2026,4,1)-i*60000).toISOString()},executed_actions:sample.executed_actions});
const big="/tmp/big.ndjson"; const s=createWriteStream(big); let bytes=0; let i=0; for(;i<15000;i++){ const l=one(i)+"\n"; bytes+=l.length; if(!s.write(l)) await new Promise(r=>s.once("drain",r)); } await new Promise(r=>s.end(r)); console.log("file",bytes/1e6,"MB",i,"lines");
const calls = Array.from({ length: 10000 }, (_, at) => ({ call_id: `call-${at}`, started_at: new Date(Date.UTC(2026, 4, 1) - at * 60_000).toISOString(), status: "completed", outcome: "connected", duration_seconds: at % 600, lead_name: `Person ${at}`, headline: `Call ${at}, which took its time; the judge found the goal partly met and more.`, findings: at % 4 }));
const site = await serve({ "/api/calls": (r) => { const u=new URL(r.url, "http://p"); const from=Number(u.searchParams.get("cursor")??0); return {status:200,body:{calls:calls.slice(from,from+100),cursor:from+100<10000?String(from+100):null}}; } });
const browser = await launch();
const prepare=(page)=>page.addInitScript(()=>{ globalThis.longs=[]; new PerformanceObserver(l=>{for(const e of l.getEntries()) globalThis.longs.push(Math.round(e.duration));}).observe({type:"longtask",buffered:true}); });
try {
 { const {page,close}=await open(browser, site.url,{prepare}); await ready(page); await page.waitForTimeout(1500); console.log("long tasks at load", await page.evaluate(()=>longs.splice(0)));
   await page.getByTestId("file").setInputFiles(big); const t=Date.now(); await page.getByText("nothing of it was sent").waitFor({timeout:120000}); console.log("batch s",(Date.now()-t)/1000, "long tasks", await page.evaluate(()=>longs.splice(0)));
   await page.getByRole("columnheader",{name:"Duration"}).getByRole("button").click(); await page.waitForTimeout(300); console.log("sort long tasks", await page.evaluate(()=>longs.splice(0)));
   await page.getByTestId("batch").scrollIntoViewIfNeeded(); await page.mouse.move(600,500); for(let k=0;k<60;k++){ await page.mouse.wheel(0,700); await page.waitForTimeout(16);} console.log("batch scroll long tasks", await page.evaluate(()=>longs.splice(0))); await close(); }
 { const {page,close}=await open(browser, `${site.url}/#/calls`,{prepare}); await page.getByTestId("token").fill("x"); await page.keyboard.press("Enter"); await page.getByTestId("calls").waitFor();
   for(;;){ await page.evaluate(()=>scrollTo(0,document.documentElement.scrollHeight)); await page.waitForTimeout(20); if(await page.getByText("That is every call.").isVisible()) break; }
   await page.evaluate(()=>{longs.length=0; scrollTo(0,0)}); await page.waitForTimeout(500);
   const fps=await page.evaluate(async()=>{ const gaps=[]; let last=performance.now(); for(let i=0;i<240;i++){ scrollBy(0,900); await new Promise(r=>requestAnimationFrame(r)); const n=performance.now(); gaps.push(n-last); last=n;} gaps.sort((a,b)=>a-b); return {median:gaps[120],p95:gaps[228],max:gaps[239],longs}; }); console.log("10,000 scroll frames ms", fps); await close(); }
 { const {page,close}=await open(browser, "about:blank".length?site.url:"",{prepare}); const c=await page.context().newCDPSession(page); await c.send("Emulation.setCPUThrottlingRate",{rate:4}); for(let k=0;k<4;k++){ await page.reload({waitUntil:"load"}); await page.getByTestId("input").first().waitFor(); const t=await page.evaluate(()=>({fcp:Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime), dcl:Math.round(performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd)})); await page.waitForTimeout(2500); console.log("4x throttled", t, "long", await page.evaluate(()=>longs.splice(0))); } await close(); }
} finally { await browser.close(); await site.stop(); }
