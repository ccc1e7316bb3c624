import { start } from "../../contract/scripts/block.js";

start("CoopObservation", "observation");
