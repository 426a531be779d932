#!/usr/bin/env node
/**
 * The program of a data owner's node: `party.js --config FILE`.
 * @module
 */
import { runNodeProgram } from '../src/cli/node-arguments.ts';

await runNodeProgram('party');
