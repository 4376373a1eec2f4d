/**
 * Demand per half hour over the mean of the week, from 00:00 local time. Derived by `evaluate/taxi-rhythm.ts` from
 * github.com/numenta/NAB (data/realKnownCause/nyc_taxi.csv, MIT, (c) Numenta): 8976 half hours of New York taxi
 * demand, 2014-07-01 to 2015-01-03. It is not Beijing; the shape of a taxi fleet's day is what counts.
 */
export const weekdayWeights: readonly number[] = [
  0.846, 0.673, 0.536, 0.417, 0.342, 0.271, 0.222, 0.193, 0.198, 0.172, 0.18, 0.287, 0.427, 0.715, 0.891, 1.098, 1.167,
  1.212, 1.174, 1.143, 1.074, 1.088, 1.055, 1.134, 1.146, 1.13, 1.109, 1.154, 1.182, 1.204, 1.173, 1.076, 0.963, 0.906,
  1.076, 1.259, 1.409, 1.498, 1.555, 1.54, 1.499, 1.467, 1.493, 1.488, 1.463, 1.406, 1.311, 1.181,
];

export const weekendWeights: readonly number[] = [
  1.581, 1.495, 1.428, 1.304, 1.193, 1.049, 0.908, 0.788, 0.675, 0.415, 0.279, 0.229, 0.232, 0.284, 0.305, 0.406, 0.462,
  0.611, 0.695, 0.877, 0.935, 1.097, 1.129, 1.227, 1.249, 1.282, 1.282, 1.273, 1.267, 1.273, 1.252, 1.225, 1.137, 1.069,
  1.156, 1.294, 1.36, 1.406, 1.432, 1.388, 1.299, 1.276, 1.253, 1.266, 1.267, 1.272, 1.236, 1.204,
];
