"""Assessment blocks made for those who train cooperatives; each one runs in any host of XBlocks."""
