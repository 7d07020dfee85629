import json, traceback
from sqlalchemy import event, text
from tests.conftest import *
from tests.factories.cast import settle_cast, key
from tests.factories.flags import *
from tests.factories.audit import mark, lines_since
import pytest

def show(ex):
    if ex.cause is not None: print("   INTERNAL", type(ex.cause).__name__, str(ex.cause)[:300])
    else: print("   ", json.dumps(ex.data)[:700], [e.message for e in ex.errors])
@pytest.fixture
def c(cast): return cast
def test_dup(c):
    f=raised(c,c.sam); f=taken(c,f); shared(c,f)
    show(c.try_to_ask(c.sam,"{flags{totalCount{value} edges{node{reference state}}}}"))
def test_ref_miss(c,owner):
    f=raised(c); m=mark(owner)
    show(c.try_to_ask(c.sam,"query($r:String!){flag(by:{reference:$r}){id}}",r=f["reference"]))
    print([ (l.action,l.outcome,l.operation) for l in lines_since(owner,m)])
    m=mark(owner); show(c.try_to_ask(c.sam,"query($r:ID!){flag(by:{id:$r}){id} node(id:$r){id}}",r=f["id"]))
    print([ (l.action,l.outcome,l.operation) for l in lines_since(owner,m)])
    m=mark(owner); show(c.try_to_ask(c.sam,"query($r:ID!){flag(by:{id:$r}){id} node(id:$r){id}}",r="nonsense"))
    print([ (l.action,l.outcome,l.operation) for l in lines_since(owner,m)])
def test_surrogate(c):
    for bad in ["a\ud800b","a\0b","x"*201]:
        r=report(); r["subject"]["person"]["preferredName"]=bad
        show(c.try_to_ask(c.rowan,RAISE,input=r))
        show(c.try_to_ask(c.rowan,RAISE,input=report(fact=bad*100)))
    show(c.try_to_ask(c.rowan,RAISE,input=report(purposeCode="\0")))
    show(c.try_to_ask(c.rowan,RAISE,input=report(concernCode="\ud800")))
    show(c.try_to_ask(c.rowan,RAISE,input=report(urgency="IMMEDIATE",emergency={"actionCode":"\0","incidentNumber":"\0"})))
    show(c.try_to_ask(c.rowan,RAISE,input=report(source={"system":"\0","value":"\0"})))
    show(c.try_to_ask(c.rowan,"query($r:String!){flag(by:{reference:$r}){id}}",r="\0"))
    show(c.try_to_ask(c.rowan,"query($r:String!){flag(by:{reference:$r}){id}}",r="\ud800"))
    show(c.try_to_ask(c.rowan,"query($r:ID!){flag(by:{id:$r}){id}}",r="\ud800"))
    show(c.try_to_ask(c.rowan,"query($r:String!){concepts(vocabulary:$r){edges{node{code}}}}",r="\0"))
IMPORT="mutation($input:ImportFlagsInput!){importFlags(input:$input){__typename ...on Failure{message} ...on RowsImported{replayed rows{position reference outcome flag{id version state subject{__typename}} errors{path message}}}}}"
def row(**k):
    return {"reference":"r1","subject":{"placeGroup":{"description":"asb","ageBandCode":"UNKNOWN"}},"concernCode":"ANTI_SOCIAL_BEHAVIOUR","observedAt":"2021-05-01T00:00:00Z","observedPrecision":"MONTH","place":{"description":"x"},"fact":"y"}|k
def test_import(c,owner):
    def imp(rows,who=None,system="s"): 
        ex=c.try_to_ask(who or c.rowan,IMPORT,input={"system":system,"rows":rows,"idempotencyKey":key()}); show(ex); return ex
    imp([row()])
    imp([row(reference="\0")]); imp([row(reference="\ud800")]); imp([row()],system="\0")
    imp([row(reference="p",subject={"person":{"preferredName":"Kai","ageBandCode":"14_15"}})])
    imp([row(reference="dup"),row(reference="dup")])
    imp([row(observedAt="0001-01-01T00:00:00+14:00",reference="q")])
    imp([row(observedAt="9999-12-31T23:59:59-14:00",reference="q")])
    imp([row(observedAt="2021-05-01T00:00:00.1234567Z",reference="q2")])
    imp([row()]*201)
    imp([])
    imp([row()],c.ari)
def test_payload_error(c):
    m=RAISE.replace("reference replayed flag {","reference replayed flag { feedback(first: 1000) { edges { cursor } }")
    i=report()
    show(c.try_to_ask(c.rowan,m,input=i)); show(c.try_to_ask(c.rowan,RAISE,input=i))
def test_cursor(c):
    ex=c.ask(c.rowan,'{concepts(vocabulary:"concern",first:1){pageInfo{endCursor}} agencies(first:1){pageInfo{endCursor}} }')
    for x in ("concepts","agencies"):
        show(c.try_to_ask(c.rowan,"query($a:String){flags(first:1,after:$a){edges{node{id}}}}",a=ex[x]["pageInfo"]["endCursor"]))
    show(c.try_to_ask(c.rowan,"query($a:String){flags(first:1,after:$a){edges{node{id}}}}",a="zzz"))
    show(c.try_to_ask(c.rowan,"query($a:String){flags(first:1,after:$a){edges{node{id}}}}",a="\ud800"))
    show(c.try_to_ask(c.rowan,"query($a:String){flags(first:1,after:$a){edges{node{id}}}}",a=""))
def test_observed(c):
    for o in ["0001-01-01T00:00:00Z","0001-01-01T00:00:00+14:00","2020-01-01","2020-01-01T00:00:00+25:00","9999-12-31T23:59:59-14:00","2020-02-30T00:00:00Z"]:
        show(c.try_to_ask(c.rowan,RAISE,input=report(observedAt=o)))
def test_alias(c):
    f=raised(c)
    show(c.try_to_ask(c.rowan,'query($id:ID!){flag(by:{id:$id}){__typename: reference fact: opinion opinion: fact t: __typename subject{__typename ...on Person{state: preferredName}}}}',id=f["id"]))
    show(c.try_to_ask(c.rowan,'query($id:ID!){flag(by:{id:$id}){id @skip(if:true)} x:flags{edges{node:cursor cursor:node{id edges:reference}} pageInfo:totalCount{value:more more:value}} node(id:$id){...on Maskable{withheld{fieldGroup}} ...on Versioned{version} ... on Disclosed{disclosure{because}}}}',id=f["id"]))
