import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import { Sha256dMiner, Sha256dPipelined } from '../../hdl-gen/library/sha256/pipelined.ts';
import { Sha256dSerial } from '../../hdl-gen/library/sha256/serial.ts';
import { type MeasuredCore, measureHash } from '../../sim/cost/hash/activity.ts';
import { minerWorkload, pipelinedWorkload, serialWorkload } from '../../sim/cost/hash/workloads.ts';

const pipelinedHashes = 32;
const serialHashes = 8;

/** The cores whose energy is predicted; the miner's form is the one that stands beside chips. */
export const cores: Readonly<Record<'serial' | 'pipelined' | 'miner', () => MeasuredCore>> = {
  serial: () => measureHash(elaborate(design(Sha256dSerial({}))), serialWorkload(serialHashes)),
  pipelined: () => measureHash(elaborate(design(Sha256dPipelined({}))), pipelinedWorkload(pipelinedHashes)),
  miner: () => measureHash(elaborate(design(Sha256dMiner({}))), minerWorkload(pipelinedHashes)),
};
