import { test } from 'vitest';
import { findTool, type Tool, type ToolName } from '../../scripts/tools/locate.ts';
import { toolsAreRequired } from './data.ts';

/** A test that needs an external tool: without it skipped, by name, or failed when JOULESMITH_REQUIRE_TOOLS=1. */
export async function needTool(name: ToolName, title: string, body: (tool: Tool) => Promise<void>): Promise<void> {
  const tool = await findTool(name, process.env);
  if (tool !== null) {
    test(title, () => body(tool));
  } else if (toolsAreRequired()) {
    test(title, () => {
      throw new Error(`JOULESMITH_REQUIRE_TOOLS=1: this test needs ${name}`);
    });
  } else {
    test.skip(`${title}: skipped, needs ${name}`, () => {});
  }
}
