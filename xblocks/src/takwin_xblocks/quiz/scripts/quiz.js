/* A quiz needs no more than what every block does: send its answers, show the result, keep what was typed. */
import { start } from "../../contract/scripts/block.js";

start("CoopQuiz", "quiz");
