// Copies the PostgreSQL of this platform into a published application: node copy-postgres.mjs <package> <destination>.
// The package holds a list instead of symbolic links; they are made here, as the destination may be read-only later.
import { chmodSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const [source, destination] = process.argv.slice(2);
const native = join(source, 'native');

rmSync(destination, { recursive: true, force: true });
cpSync(native, destination, { recursive: true, verbatimSymlinks: true });

for (const link of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
  const target = join(destination, link.target.replace(/^native\//, ''));
  const file = join(destination, link.source.replace(/^native\//, ''));
  if (!existsSync(target)) symlinkSync(relative(dirname(target), file), target);
}

for (const program of readdirSync(join(destination, 'bin'))) chmodSync(join(destination, 'bin', program), 0o755);
