/* A scenario needs no more than what every block does: send a choice, show what it leads to, begin reading there. */
import { start } from "../../contract/scripts/block.js";

start("CoopScenario", "scenario");
