/**
 * Ridge regressions of SOH on the voltages of a 5 s pulse test, fitted by `npm run evaluate:pulse-fit` on 180 retired cells of
 * github.com/terencetaothucb/Pulse-Voltage-Response-Generation (batch 1, MIT, (c) 2024 Terence (Shengyu) Tao).
 */
export interface PulseModel {
  cathode: string;
  nominalAh: number;
  withSoc: boolean;
  /** Cells it was fitted on, and its error on cells left out in ten folds. */
  cells: number;
  heldOutMapePct: number;
  /** 90 % quantile of the absolute error on cells left out. */
  halfWidth: number;
  fittedSoh: readonly [number, number];
  intercept: number;
  /** In the order of `pulseFeatures`. */
  weights: readonly number[];
}

export const pulseModels: readonly PulseModel[] = [
  {
    "cathode": "LMO",
    "nominalAh": 10,
    "withSoc": true,
    "cells": 63,
    "heldOutMapePct": 2.18,
    "halfWidth": 0.0375,
    "fittedSoh": [
      0.53577,
      0.94788
    ],
    "intercept": 3.236837,
    "weights": [
      -0.7995409,
      -4.211203,
      1.503565,
      -3.2487,
      14.81036,
      8.926519,
      -2.59982,
      6.000872,
      54.06494,
      4.435598,
      -0.9333567,
      5.434903,
      -42.27375,
      -1.996313,
      -2.491591,
      1.542849,
      11.02076,
      0.8929169,
      -2.279805,
      0.6182406,
      -22.54144,
      1.700295,
      -0.6746748
    ]
  },
  {
    "cathode": "LMO",
    "nominalAh": 10,
    "withSoc": false,
    "cells": 63,
    "heldOutMapePct": 3.3,
    "halfWidth": 0.0538,
    "fittedSoh": [
      0.53577,
      0.94788
    ],
    "intercept": 1.71067,
    "weights": [
      -0.1692992,
      -7.320956,
      9.457035,
      -2.767863,
      -11.55447,
      8.425406,
      -1.84846,
      13.7461,
      80.04541,
      11.60809,
      2.567278,
      1.2506,
      -88.89261,
      3.964403,
      -3.929069,
      -1.10734,
      50.04266,
      -1.470957,
      -5.152126,
      0.988803,
      -20.3898
    ]
  },
  {
    "cathode": "NMC",
    "nominalAh": 2.1,
    "withSoc": true,
    "cells": 44,
    "heldOutMapePct": 1.85,
    "halfWidth": 0.0313,
    "fittedSoh": [
      0.61952,
      0.91486
    ],
    "intercept": 9.478177,
    "weights": [
      -2.378351,
      -0.7467318,
      -1.708023,
      -0.5841901,
      17.92091,
      -0.2310383,
      2.546669,
      -1.021414,
      -8.909975,
      0.6640186,
      -3.789998,
      0.6842253,
      -1.524542,
      0.3958363,
      -2.419506,
      -0.03985003,
      4.086977,
      0.1118766,
      -1.056158,
      0.4431467,
      -12.04074,
      1.694392,
      -0.002888464
    ]
  },
  {
    "cathode": "NMC",
    "nominalAh": 2.1,
    "withSoc": false,
    "cells": 44,
    "heldOutMapePct": 4.57,
    "halfWidth": 0.0731,
    "fittedSoh": [
      0.61952,
      0.91486
    ],
    "intercept": 4.965101,
    "weights": [
      -0.9139175,
      -1.005437,
      -8.372851,
      -1.556835,
      17.59409,
      -1.621423,
      -11.09329,
      -0.7206453,
      -28.00644,
      1.297405,
      -6.887943,
      2.971165,
      -1.200658,
      0.6899482,
      -1.498515,
      0.1573769,
      42.7416,
      -0.2356325,
      -4.168462,
      0.3405247,
      -16.30241
    ]
  },
  {
    "cathode": "NMC",
    "nominalAh": 21,
    "withSoc": true,
    "cells": 36,
    "heldOutMapePct": 1.96,
    "halfWidth": 0.0279,
    "fittedSoh": [
      0.7465,
      1.00817
    ],
    "intercept": 4.917807,
    "weights": [
      -1.081693,
      24.16972,
      9.175351,
      28.21518,
      -45.14128,
      -31.15156,
      5.154337,
      21.45733,
      -25.88644,
      -9.493209,
      -0.3139548,
      -14.53524,
      -19.8558,
      13.27022,
      4.825057,
      -15.08361,
      -2.776442,
      -2.90371,
      0.1000966,
      0.2838062,
      25.10646,
      0.6335697,
      -0.2900359
    ]
  },
  {
    "cathode": "NMC",
    "nominalAh": 21,
    "withSoc": false,
    "cells": 36,
    "heldOutMapePct": 2.35,
    "halfWidth": 0.0337,
    "fittedSoh": [
      0.7465,
      1.00817
    ],
    "intercept": 1.940544,
    "weights": [
      -0.2063571,
      17.52655,
      1.645147,
      32.11202,
      -55.98478,
      -33.52421,
      -4.918249,
      -18.62645,
      -18.08882,
      -11.29003,
      -1.279497,
      -9.165925,
      -11.42514,
      12.75625,
      11.14867,
      -3.248649,
      17.77355,
      1.509035,
      0.5600116,
      -2.9657,
      22.755
    ]
  },
  {
    "cathode": "LFP",
    "nominalAh": 35,
    "withSoc": true,
    "cells": 37,
    "heldOutMapePct": 3.36,
    "halfWidth": 0.0664,
    "fittedSoh": [
      0.74364,
      0.96233
    ],
    "intercept": -0.5416925,
    "weights": [
      0.5084256,
      53.7194,
      -11.8266,
      -3.52158,
      -40.1346,
      -43.1762,
      -0.3384242,
      -17.73592,
      -40.98372,
      5.03959,
      -17.10024,
      -3.904148,
      -21.82521,
      0.4572265,
      1.436828,
      -17.02774,
      -19.50772,
      12.90853,
      -32.60495,
      35.06418,
      57.39711,
      -0.08832791,
      0.6795112
    ]
  },
  {
    "cathode": "LFP",
    "nominalAh": 35,
    "withSoc": false,
    "cells": 37,
    "heldOutMapePct": 3.41,
    "halfWidth": 0.0678,
    "fittedSoh": [
      0.74364,
      0.96233
    ],
    "intercept": -1.31641,
    "weights": [
      0.7526271,
      68.69403,
      -21.57604,
      -18.96414,
      -13.6197,
      -39.28173,
      -5.29601,
      -23.98492,
      -31.77359,
      12.41575,
      -20.87511,
      -11.95135,
      6.266118,
      6.554772,
      0.9696457,
      -8.306486,
      -53.22603,
      11.42529,
      -31.96853,
      50.39324,
      35.93124
    ]
  }
];
