"""The author's form: made from a block's schema, checked by it, with a preview of what learners will see."""
