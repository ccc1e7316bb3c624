"""A cooperative looks at itself: statements by pillar, a radar, advice without blame, and the same again later."""
