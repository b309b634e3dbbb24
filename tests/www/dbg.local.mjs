import { readFileSync } from "node:fs";
import { API_TOKEN as API, startWorker, TOKEN as WEBHOOK } from "../edge/worker.mjs";
import { launch, open } from "./browser.mjs";
const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url)));
const worker = await startWorker({ assets: true }); const browser = await launch();
try {
 for (let i=0;i<120;i++) await fetch(`${worker.url}/webhook/${WEBHOOK}`,{method:"POST",body:JSON.stringify({...sample,call:{...sample.call,call_id:`p-${i}`,start_time:new Date(Date.UTC(2026,3,1,8,i)).toISOString()},executed_actions:{}})});
 const {page,quiet}=await open(browser,`${worker.url}/#/calls/p-1`);
 await page.getByTestId("token").fill(API); await page.keyboard.press("Enter"); await page.getByTestId("headline").waitFor();
 await page.getByRole("button",{name:"Inspect"}).click(); await page.getByTestId("verdict").waitFor(); console.log(page.url());
 await page.goBack(); await page.waitForTimeout(1500); console.log(page.url()); await page.screenshot({path:"/tmp/shots/dbg.png"});
 await page.goto(`${worker.url}/#/calls`); await page.getByTestId("calls").waitFor();
 await page.evaluate(() => document.activeElement.blur());
 for (let step = 0; step < 40; step += 1) { await page.keyboard.press("ArrowDown"); console.log(await page.evaluate(()=>document.activeElement.tagName+" "+document.activeElement.closest("[data-index]")?.dataset.index)); }
 await page.waitForTimeout(500); console.log(await page.evaluate(()=>document.activeElement.closest("[data-index]")?.dataset.index));
 try{quiet()}catch(e){console.log(e.message)}
} finally { await browser.close(); await worker.stop(); }
