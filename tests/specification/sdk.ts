// Calls every operation of the specification by the functions that @hey-api/openapi-ts generates from it, with each of its
// parameters in turn. Which there are, and what to give for them, is read from the specification of the service.
import { client } from "./sdk/client.gen.js";
import * as sdk from "./sdk/sdk.gen.js";

const address = process.argv[2]!;
client.setConfig({ baseUrl: address });

type Parameter = { name: string; in: "path" | "query"; required?: boolean; example?: unknown; schema: { examples?: unknown[] } };
type Operation = { operationId: string; parameters?: (Parameter | { $ref: string })[] };
type Specification = { paths: Record<string, Record<string, Operation>>; components: { parameters: Record<string, Parameter> } };
type Call = (options: { path: object; query: object }) => Promise<{ data?: unknown; error?: unknown; response?: Response }>;

const specification = (await (await fetch(`${address}/openapi.json`)).json()) as Specification;
// What an operation needs though no parameter is required by itself: a profile may be of anything, but not of nothing;
// statistics are of groups or of a histogram.
const NEEDED: Record<string, string[]> = { list_comparable_cases: ["major"], get_stats: ["group_by"] };
const OF_A_HISTOGRAM = ["histogram", "bins", "pay"];
// What is adjusted is a comparison, of pay where there is one dimension.
const OF_AN_ADJUSTED_COMPARISON = ["compare", "metrics"];
// A place among groups is of one version of the data, so that no example of it works.
const WITHOUT_CURSOR = ["get_stats", "get_facets", "export_stats_csv", "export_facets_csv"];

function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

function resolved(parameter: Parameter | { $ref: string }): Parameter {
  if (!("$ref" in parameter)) return parameter;
  const shared = specification.components.parameters[parameter.$ref.split("/").at(-1)!];
  check(shared, parameter.$ref);
  return shared;
}

async function call({ operationId }: Operation, given: Parameter[]) {
  const name = operationId.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const values = (place: string) =>
    Object.fromEntries(given.filter((it) => it.in === place).map((it) => [it.name, it.example ?? it.schema.examples![0]]));
  const options = { path: values("path"), query: values("query") };
  const { data, error, response } = await (sdk as unknown as Record<string, Call>)[name]!(options);
  const what = `${name} ${JSON.stringify(options)}`;
  check(response?.ok, `${what}: ${response?.status} ${JSON.stringify(error)}`);
  const kind = response.headers.get("content-type")!;
  const holds = data instanceof Blob ? data.size > 0 : typeof data === (kind === "application/json" ? "object" : "string") && data;
  // Lines of no case are no lines.
  check(holds || kind === "application/x-ndjson", `${what}: ${String(data)}`);
}

let calls = 0;
const operations = Object.values(specification.paths).flatMap((item) => Object.values(item));
for (const operation of operations) {
  const parameters = (operation.parameters ?? []).map(resolved);
  const { operationId } = operation;
  const isNeeded = ({ name, required }: Parameter) => required || NEEDED[operationId]?.includes(name);
  const isTried = (it: Parameter) => !isNeeded(it) && !(it.name === "cursor" && WITHOUT_CURSOR.includes(operationId));
  const needed = parameters.filter(isNeeded);
  const histogram = parameters.filter((it) => it.name === "histogram");
  const choices = parameters.filter(isTried).map((it) => {
    const isOfHistogram = histogram.length > 0 && OF_A_HISTOGRAM.includes(it.name);
    const isAdjusted = it.name === "adjust" && operationId === "get_stats";
    const compared = isAdjusted ? parameters.filter(({ name }) => OF_AN_ADJUSTED_COMPARISON.includes(name)) : [];
    return [...new Set([...(isOfHistogram ? histogram : needed), ...compared, it])];
  });
  for (const choice of [needed, ...choices]) await call(operation, choice);
  calls += 1 + choices.length;
}

const wrong = await sdk.listOfferCases({ query: { company: ["bidu"] } });
check(wrong.error?.errors?.[0]?.did_you_mean === "baidu", "what was meant");
console.log(`the client of @hey-api/openapi-ts made ${calls} calls of ${operations.length} operations`);
