/** Loaded before a program of the product: it must not outlive a bench that was killed. */
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
