"""Problems as trainers write them: a readable text for the five common kinds of question, and the OLX that it stands for."""
