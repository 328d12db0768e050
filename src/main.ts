#!/usr/bin/env node
import {ConfigError, RefusedError, RequestError, TemplateError} from './errors.ts';
import {version} from './version.ts';

const HELP = `Usage: profile-sync COMMAND [options]

Decides what stands in the namespace of a Kubeflow Profile.

Commands
  serve                  answer Metacontroller's hooks
  render PROFILE.yaml... print what should stand in these Profiles' namespaces
  validate [DIR|FILE]... say what is wrong with templates, before a tenant meets it
  can-i VERB RESOURCE    say who may do what in them
  manifests              print what the cluster needs: controller, smallest role, admission policy
  sweep PROFILES.yaml... revoke the access of Profiles that are gone

profile-sync COMMAND --help describes a command.
Exit status: 0 done, 1 a problem was found, 2 wrong usage.
`;

type Command = (args: string[]) => Promise<number>;

// Loaded when asked for: the server's packages would double the time that render takes.
const COMMANDS: {readonly [name: string]: () => Promise<Command>} = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  render: async () => (await import('./commands/render.ts')).renderCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  'can-i': async () => (await import('./commands/can-i.ts')).canICommand,
  manifests: async () => (await import('./commands/manifests.ts')).manifestsCommand,
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand,
};

if (import.meta.main) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  process.exitCode = await main(process.argv.slice(2));
}

/** Runs the command that the arguments name, and returns the exit status. */
export async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === '-h') return print(HELP);
  if (name === '--version' || args.includes('--version')) return print(`${version()}\n`);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!load)
      throw new ConfigError(`cannot run "${name}": it is not one of ${Object.keys(COMMANDS).join(', ')}`);
    return await (await load())(args);
  } catch (error) {
    return fail(error, load ? `profile-sync ${name} --help` : 'profile-sync --help');
  }
}

function fail(error: unknown, help: string): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n${help} says more.\n`);
    return 2;
  }
  if (error instanceof TemplateError || error instanceof RequestError || error instanceof RefusedError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  throw error;
}

/** For a reader that has seen enough: `profile-sync render … | head`. */
export function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
