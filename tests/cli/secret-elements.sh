# Secrets in elements of lists and sets and in records: at rest as digests, compared one by one, also
# where the server gives them back in clear and in another order.
demo
mkdir -p box
cat >box/box.schema <<'P'
## As the demo cloud.
provider box {
  ## Where it listens.
  host: known url env("DEMO_HOST")
}

## Its one service.
service box {
  protocol = "json"
  names    = "camel"
  endpoint = "${host}"
}

## A box.
resource box.box {
  id = "${thing_name}"

  ## A variable.
  type variable = {
    ## Name.
    name: string
    ## Value.
    value: secret string
  }

  ## Name.
  thing_name: string replace
  ## In order.
  listed: list<variable> = []
  ## In no order.
  others: set<variable> = []
  ## One.
  one: variable?

  create POST "/things"
    find name
  read GET "/things/${id}"
  list GET "/things" each items[] page all
  update listed, others, one = PATCH "/things/${id}" body { listed = listed, others = others, one = one }
  delete DELETE "/things/${id}" ok 404
}
P
cat >main.styx <<'P'
secret key = env("THE_KEY")
resource b: box.box {
  thing_name = "b"
  listed     = [{ name = "x", value = "hunter-1" }, { name = "a", value = key }]
  others     = [{ name = "z", value = "hunter-2" }, { name = "a", value = key }]
  one        = { name = "n", value = "hunter-3" }
}
P
export THE_KEY=hunter-key
at_rest() {
	! grep -rlsq hunter .styx saved got
}
expect 0 '1 to create' -- styx plan --schema-dir box --out saved
at_rest
expect 0 '!hunter' -- styx apply --auto-approve --schema-dir box
at_rest
expect 0 'nothing to do' -- styx plan --schema-dir box
expect 0 '1 to update' 'others.*secret, changed' '!listed' '!one' -- \
	sh -c 'sed s/hunter-2/hunter-9/ main.styx >m && mv m main.styx && styx plan --schema-dir box --out saved'
at_rest
expect 0 '!hunter' -- styx apply --auto-approve --schema-dir box
expect 0 'nothing to do' -- styx plan --schema-dir box
expect 0 '1 to update' 'others' 'listed' '!one' -- env THE_KEY=hunter-new styx plan --schema-dir box --out saved
at_rest
