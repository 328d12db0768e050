import {createMemoryProvisioner} from '../../src/credentials/memory.ts';
import {describeConformance} from './conformance.ts';
import {BUCKET, createSetting} from './iam-setup.ts';

const SEED = Buffer.alloc(32, 5);
const setting = createSetting({keysPerUser: 2});

describeConformance('memory', () => ({
  start: () => createMemoryProvisioner({seed: SEED, startedAt: 0}),
  bucket: BUCKET,
}));

describeConformance('iam over a store in memory', () => ({start: () => setting.start(), bucket: BUCKET}));
