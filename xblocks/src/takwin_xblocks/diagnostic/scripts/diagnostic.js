/* The diagnostic needs nothing beyond what every block does: its forms are sent, and the next screen comes. */
import { start } from "../../contract/scripts/block.js";

start("CoopDiagnostic", "diagnostic");
