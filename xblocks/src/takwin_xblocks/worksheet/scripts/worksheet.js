import { start } from "../../contract/scripts/block.js";

start("CoopWorksheet", "worksheet");
