/** Names of fetch that shared code uses and @types/node 20 leaves out; Node takes `cache` and has no cache to apply it to. @module */
type BodyInit = NonNullable<RequestInit["body"]>;

interface RequestInit {
  cache?: "default" | "no-store" | "reload" | "no-cache" | "force-cache" | "only-if-cached";
}
