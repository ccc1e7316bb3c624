/* Words that Open edX's scripts look up, in the languages for which their packages bring none. */
export const words = { ar: {}, fr: {} };
