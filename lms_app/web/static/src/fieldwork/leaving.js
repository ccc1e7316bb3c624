/* On every page: field pages that this phone keeps go as soon as somebody else, or nobody, is signed in. */
import { forgetOthers, readerTold } from "./kept.js";

const reader = readerTold();
if (reader !== undefined && "caches" in self) forgetOthers(reader).catch(() => {});
