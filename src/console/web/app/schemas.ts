import { config } from 'zod/v4/core';

// Schemas are read, not made into functions: the policy of the console forbids that, and trying is an error in the browser's console.
config({ jitless: true });
