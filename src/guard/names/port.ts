import {type Check, fault} from '../fields/check.ts';
import {portName, text} from '../fields/formats.ts';

/** A port by its number or its name. */
export const port: Check = value => {
  if (typeof value !== 'number') return text(portName)(value);
  return value < 1 || value > 65535 ? [fault([], 'must be a port from 1 to 65535')] : [];
};
