"""Takwin: a learning platform for those who train and accompany cooperatives."""
