"""What every Takwin block promises its learner: any digits, kept answers, plain words, forms that work without script."""
