-- quality.disagreement as built
SELECT * FROM warehouse.quality.disagreement
