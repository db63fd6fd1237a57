// csp_evaluator reads the policy that is sent.
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { version } from "../lib/common.mjs";
import { walked } from "../lib/walk.mjs";

export const TOOL = () => `csp_evaluator ${version("csp_evaluator")}`;

export async function run() {
  const { states } = await walked();
  const policies = new Map();
  for (const state of states) policies.set(state.headers.find(([name]) => name === "content-security-policy")?.[1], state.name);
  const findings = [];
  for (const [policy, where] of policies) {
    if (!policy) findings.push({ where, what: "no policy" });
    else for (const { severity, directive, value, description } of new CspEvaluator(new CspParser(policy).csp).evaluate()) {
      // From 100 (none) down to 10 (high): what is sure, not what might be.
      const what = `${Severity[severity]}: ${directive} ${value ?? ""}: ${description}`;
      if (severity < Severity.NONE) findings.push({ where, what });
    }
  }
  return { looked: `${policies.size} policies`, findings };
}
