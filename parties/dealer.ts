#!/usr/bin/env node
/**
 * The program of the dealer service of the `dealer` trust mode: `dealer.js --config FILE`. It owns no records.
 * @module
 */
import { runNodeProgram } from '../src/cli/node-arguments.ts';

await runNodeProgram('dealer');
