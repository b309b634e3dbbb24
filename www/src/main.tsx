import { render } from "preact";
import { App } from "./app";
import { loadCore } from "./core";
import { listenToKeys } from "./keyboard";
import "./style/base.css";
import "./style/parts.css";
import "./style/inspector.css";
import "./style/summary.css";
import "./style/call.css";
import "./style/calls.css";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app to draw in");
render(<App />, root);
listenToKeys();
void loadCore();
