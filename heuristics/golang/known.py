"""What is known of the standard library and of the usual concurrency libraries; tables only, no logic.

Names are written `import/path.Type.Method` or `import/path.Func`.
"""

from __future__ import annotations

# Packages of the standard library whose declarations say less than these tables, also to the library itself.
KNOWN_PACKAGES = frozenset(
    {"context", "log", "os", "runtime", "sync", "sync/atomic", "testing", "testing/synctest", "time"}
)
# Lock types: acquiring and releasing methods with their mode. Libraries that wrap sync keep its method names.
LOCK_TYPES = frozenset(
    {
        "sync.Mutex",
        "sync.RWMutex",
        "sync.Locker",
        "github.com/sasha-s/go-deadlock.Mutex",
        "github.com/sasha-s/go-deadlock.RWMutex",
    }
)
# Types with a Lock and an Unlock for every key.
KEYED_LOCK_TYPES = frozenset({"k8s.io/utils/keymutex.KeyMutex", "github.com/moby/locker.Locker"})
VALUE_LOCKS = frozenset(
    {"sync.Mutex", "sync.RWMutex", "github.com/sasha-s/go-deadlock.Mutex", "github.com/sasha-s/go-deadlock.RWMutex"}
)
# Structs that hold a lock by value, and what it guards beside it.
LOCKING_STRUCTS = frozenset(
    {
        "crypto/tls.Config",
        "database/sql.DB",
        "net/http.Server",
        "net/http.ServeMux",
        "net/http.Transport",
        "net/http/cookiejar.Jar",
        "net/rpc.Server",
    }
)
ACQUIRE = {"Lock": "W", "RLock": "R"}
TRY_ACQUIRE = {"TryLock": "W", "TryRLock": "R"}
RELEASE = {"Unlock": "W", "RUnlock": "R"}
LOCK_METHODS = frozenset({*ACQUIRE, *TRY_ACQUIRE, *RELEASE, "RLocker"})

WAIT_GROUP = "sync.WaitGroup"

# Types whose methods may be called by several goroutines at once.
CONCURRENT_TYPES = frozenset(
    {
        "sync.Map",
        "sync.WaitGroup",
        "sync.Once",
        "sync.Cond",
        "sync.Pool",
        "context.Context",
        "log/slog.Logger",
        "log.Logger",
        "sync/atomic.Bool",
        "sync/atomic.Int32",
        "sync/atomic.Int64",
        "sync/atomic.Uint32",
        "sync/atomic.Uint64",
        "sync/atomic.Uintptr",
        "sync/atomic.Pointer",
        "sync/atomic.Value",
        "go.uber.org/atomic.Bool",
        "go.uber.org/atomic.Int32",
        "go.uber.org/atomic.Int64",
        "go.uber.org/atomic.Uint32",
        "go.uber.org/atomic.Uint64",
        "go.uber.org/atomic.String",
        "go.uber.org/atomic.Float64",
        "go.uber.org/atomic.Duration",
        "go.uber.org/atomic.Error",
        "go.uber.org/atomic.Value",
        "golang.org/x/sync/errgroup.Group",
        "golang.org/x/sync/singleflight.Group",
        "golang.org/x/sync/semaphore.Weighted",
        "github.com/hashicorp/golang-lru.Cache",
        "github.com/hashicorp/golang-lru.ARCCache",
        "github.com/hashicorp/golang-lru.TwoQueueCache",
        "github.com/hashicorp/golang-lru/v2.Cache",
        "github.com/hashicorp/golang-lru/v2.TwoQueueCache",
        "github.com/hashicorp/golang-lru/v2/expirable.LRU",
        "github.com/hashicorp/golang-lru/arc/v2.ARCCache",
        "github.com/patrickmn/go-cache.Cache",
        "github.com/jellydator/ttlcache/v3.Cache",
        "github.com/dgraph-io/ristretto.Cache",
        "github.com/puzpuzpuz/xsync/v3.MapOf",
        "github.com/orcaman/concurrent-map/v2.ConcurrentMap",
    }
)

# Functions and methods after which no statement of the path runs.
NO_RETURN = frozenset(
    {
        "builtin.panic",
        "os.Exit",
        "runtime.Goexit",
        "log.Fatal",
        "log.Fatalf",
        "log.Fatalln",
        "log.Panic",
        "log.Panicf",
        "log.Panicln",
        "log.Logger.Fatal",
        "log.Logger.Fatalf",
        "log.Logger.Fatalln",
        "log.Logger.Panic",
        "log.Logger.Panicf",
        "syscall.Exit",
        "github.com/sirupsen/logrus.Fatal",
        "github.com/sirupsen/logrus.Fatalf",
        "k8s.io/klog/v2.Fatal",
        "k8s.io/klog/v2.Fatalf",
        "github.com/golang/glog.Fatal",
        "github.com/golang/glog.Fatalf",
    }
)
TEST_TYPES = frozenset({"testing.T", "testing.B", "testing.F", "testing.TB"})
NO_RETURN_TEST_METHODS = frozenset({"Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow"})
# Methods of the same that write to the test's output, which panics once the test has ended.
LOGGING_TEST_METHODS = NO_RETURN_TEST_METHODS | {"Log", "Logf", "Error", "Errorf"}
# Packages of assertions that end the test, by the test object that is their first argument.
FATAL_ASSERTIONS = ("github.com/stretchr/testify/require.", "gotest.tools/v3/assert.", "gotest.tools/assert.")
# A logger's Fatal ends the process (zap, logrus, zerolog's is a builder and does not).
NO_RETURN_METHODS = frozenset({"Fatal", "Fatalf", "Fatalln", "Fatalw", "Panicf", "FailNow"})

# Calls whose operands only tell a type: nothing is read.
UNEVALUATED = frozenset({"unsafe.Sizeof", "unsafe.Alignof", "unsafe.Offsetof"})

# Function arguments (by position) that the callee runs before it returns, in the caller's goroutine.
RUNS_IN_PLACE = {
    "sync.Once.Do": 0,
    "sync.Map.Range": 0,
    "sort.Slice": 1,
    "sort.SliceStable": 1,
    "sort.Search": 1,
    "slices.SortFunc": 1,
    "slices.SortStableFunc": 1,
    "slices.IndexFunc": 1,
    "slices.ContainsFunc": 1,
    "slices.DeleteFunc": 1,
    "slices.BinarySearchFunc": 2,
    "maps.DeleteFunc": 1,
    "strings.Map": 0,
    "strings.FieldsFunc": 1,
    "strings.IndexFunc": 1,
    "bytes.Map": 0,
    "path/filepath.Walk": 1,
    "path/filepath.WalkDir": 1,
    "io/fs.WalkDir": 2,
    "container/ring.Ring.Do": 0,
    "golang.org/x/sync/singleflight.Group.Do": 1,
    "go/ast.Inspect": 1,
    "flag.VisitAll": 0,
    "flag.Visit": 0,
    "net/http.Header.Clone": -1,
    "testing/synctest.Test": 1,
    "testing/synctest.Run": 0,
}
# Function arguments (by position) that run in a goroutine of their own.
RUNS_IN_GOROUTINE = {
    "sync.WaitGroup.Go": 0,
    "golang.org/x/sync/errgroup.Group.Go": 0,
    "golang.org/x/sync/errgroup.Group.TryGo": 0,
    "time.AfterFunc": 1,
    "context.AfterFunc": 1,
    "github.com/sourcegraph/conc.WaitGroup.Go": 0,
    "github.com/sourcegraph/conc/pool.Pool.Go": 0,
    "github.com/panjf2000/ants.Submit": 0,
    "github.com/panjf2000/ants.Pool.Submit": 0,
    "github.com/panjf2000/ants/v2.Submit": 0,
    "github.com/panjf2000/ants/v2.Pool.Submit": 0,
    "github.com/gammazero/workerpool.WorkerPool.Submit": 0,
    "github.com/alitto/pond.WorkerPool.Submit": 0,
    "github.com/oklog/run.Group.Add": 0,
    "k8s.io/apimachinery/pkg/util/wait.Group.Start": 0,
}
# Function arguments (by position) that run in several goroutines at once, which the callee waits for.
RUNS_IN_PARALLEL = {
    "testing.B.RunParallel": 0,
    "k8s.io/client-go/util/workqueue.ParallelizeUntil": 3,
    "k8s.io/client-go/util/workqueue.Parallelize": 2,
    "github.com/grafana/dskit/concurrency.ForEachJob": 3,
    "github.com/grafana/dskit/concurrency.ForEachUser": 3,
    "github.com/sourcegraph/conc/iter.ForEach": 1,
    "github.com/sourcegraph/conc/iter.ForEachIdx": 1,
    "github.com/sourcegraph/conc/iter.Map": 1,
    "github.com/sourcegraph/conc/iter.MapErr": 1,
    "github.com/samber/lo/parallel.ForEach": 1,
    "github.com/samber/lo/parallel.Map": 1,
    "github.com/samber/lo/parallel.Times": 1,
}
# A function literal handed to a method of this name runs in a goroutine of its own (errgroup and what imitates it).
GROUP_METHODS = frozenset({"Go", "TryGo", "GoWithRecover"})

# Functions and methods that wait for other goroutines.
WAITS = frozenset({"Wait"})
# Functions that wait for all goroutines of a bubble.
BUBBLES = frozenset({"testing/synctest.Test", "testing/synctest.Run", "testing/synctest.Wait"})

# Calls that take as long as the clock or another machine wants.
BLOCKING_CALLS = frozenset(
    {
        "time.Sleep",
        "net.Dial",
        "net.DialTimeout",
        "net/http.Get",
        "net/http.Head",
        "net/http.Post",
        "net/http.PostForm",
        "net/http.Client.Do",
        "net/http.Client.Get",
        "net/http.Client.Head",
        "net/http.Client.Post",
        "net/http.Client.PostForm",
    }
)

# Channels that tell of time or of giving up, and say nothing about the end of a goroutine.
CLOCK_CHANNELS = frozenset(
    {
        "time.After",
        "time.Tick",
        "time.Timer.C",
        "time.Ticker.C",
        "context.Context.Done",
        "net/http.CloseNotifier.CloseNotify",
    }
)

# Results of library functions, as Go type expressions; "*" before a type is a pointer, several are separated by ";".
RESULTS = {
    "context.Background": "context.Context",
    "context.TODO": "context.Context",
    "context.WithCancel": "context.Context;context.CancelFunc",
    "context.WithTimeout": "context.Context;context.CancelFunc",
    "context.WithDeadline": "context.Context;context.CancelFunc",
    "context.WithValue": "context.Context",
    "sync.NewCond": "*sync.Cond",
    "time.NewTimer": "*time.Timer",
    "time.NewTicker": "*time.Ticker",
    "time.AfterFunc": "*time.Timer",
    "time.Now": "time.Time",
    "time.Since": "time.Duration",
    "errors.New": "error",
    "fmt.Errorf": "error",
    "fmt.Sprintf": "string",
    "fmt.Sprint": "string",
    "container/list.New": "*container/list.List",
    "bytes.NewBuffer": "*bytes.Buffer",
    "bufio.NewReader": "*bufio.Reader",
    "bufio.NewWriter": "*bufio.Writer",
    "math/rand.New": "*math/rand.Rand",
    "log/slog.New": "*log/slog.Logger",
    "log/slog.Default": "*log/slog.Logger",
    "golang.org/x/sync/errgroup.WithContext": "*golang.org/x/sync/errgroup.Group;context.Context",
    "golang.org/x/sync/semaphore.NewWeighted": "*golang.org/x/sync/semaphore.Weighted",
    "sync.RWMutex.RLocker": "sync.Locker",
    **{
        f"go.uber.org/atomic.New{kind}": f"*go.uber.org/atomic.{kind}"
        for kind in ("Bool", "Int32", "Int64", "Uint32", "Uint64", "String", "Float64", "Duration", "Error")
    },
    "net/http.NewServeMux": "*net/http.ServeMux",
    "net/http.Request.Context": "context.Context",
    "sync.OnceFunc": "func",
    "github.com/stretchr/testify/require.New": "*github.com/stretchr/testify/require.Assertions",
}
# Results that are a fresh copy, so that what they hold is shared with nobody.
COPIES = frozenset(
    {
        "maps.Clone",
        "slices.Clone",
        "bytes.Clone",
        "strings.Clone",
        "net/http.Header.Clone",
        "golang.org/x/exp/maps.Clone",
        "golang.org/x/exp/slices.Clone",
    }
)
# Method names by which repositories make deep copies of their own types.
COPY_METHODS = frozenset({"Clone", "Copy", "DeepCopy", "Snapshot"})

# Methods of containers and generators, by type, that change their receiver in place; a cache that keeps what was used
# last moves it on Get.
_MUTATING = {
    "container/list.List": (
        "PushBack PushFront PushBackList PushFrontList Remove Init MoveToFront MoveToBack MoveBefore "
        "MoveAfter InsertBefore InsertAfter"
    ),
    "container/ring.Ring": "Link Unlink",
    "bytes.Buffer": (
        "Write WriteString WriteByte WriteRune ReadFrom Read ReadByte ReadBytes ReadString Next Truncate Reset"
    ),
    "strings.Builder": "Write WriteString WriteByte WriteRune Grow Reset",
    "bufio.Writer": "Write WriteString WriteByte WriteRune ReadFrom Flush Reset",
    "bufio.Reader": "Read ReadByte ReadBytes ReadLine ReadRune ReadString ReadSlice Peek Discard UnreadByte Reset",
    "bufio.Scanner": "Scan",
    "math/rand.Rand": (
        "ExpFloat64 Float32 Float64 Int Int31 Int31n Int63 Int63n Intn NormFloat64 Perm Read Seed Shuffle Uint32 Uint64"
    ),
    "math/rand/v2.Rand": (
        "ExpFloat64 Float32 Float64 Int Int32 Int32N Int64 Int64N IntN NormFloat64 Perm Shuffle Uint32 "
        "Uint32N Uint64 Uint64N UintN"
    ),
    "net/http.Header": "Set Add Del",
    "net/url.Values": "Set Add Del",
    "github.com/golang/groupcache/lru.Cache": "Add Get Remove RemoveOldest Clear",
    "github.com/hashicorp/golang-lru/simplelru.LRU": "Add Get Remove RemoveOldest Purge Resize",
    "github.com/hashicorp/golang-lru/simplelru.LRUCache": "Add Get Remove RemoveOldest Purge Resize",
    "github.com/hashicorp/golang-lru/v2/simplelru.LRU": "Add Get Remove RemoveOldest Purge Resize",
    "github.com/hashicorp/golang-lru/v2/simplelru.LRUCache": "Add Get Remove RemoveOldest Purge Resize",
    "github.com/google/btree.BTree": "ReplaceOrInsert Delete DeleteMin DeleteMax Clear",
    "github.com/google/btree.BTreeG": "ReplaceOrInsert Delete DeleteMin DeleteMax Clear",
}
MUTATORS = frozenset(f"{type_}.{method}" for type_, methods in _MUTATING.items() for method in methods.split())
# Those of them that are maps, whose first argument is the key.
MAP_TYPES = frozenset({"net/http.Header", "net/url.Values"})
# Functions that move the elements of the slice that is their first argument.
REORDERS = frozenset(
    {
        "sort.Ints",
        "sort.Float64s",
        "sort.Strings",
        "sort.Slice",
        "sort.SliceStable",
        "sort.Sort",
        "sort.Stable",
        "slices.Sort",
        "slices.SortFunc",
        "slices.SortStableFunc",
        "slices.Reverse",
        "golang.org/x/exp/slices.Sort",
        "golang.org/x/exp/slices.SortFunc",
    }
)
# Functions that change the heap that is their first argument.
HEAPS = frozenset(f"container/heap.{name}" for name in ("Init", "Push", "Pop", "Fix", "Remove"))

# Types of the parameters of functions that a server runs once per request, each in a goroutine of its own.
HANDLERS = (
    ("net/http.ResponseWriter", "*net/http.Request"),
    ("github.com/gin-gonic/gin.Context",),
    ("github.com/labstack/echo.Context",),
    ("github.com/labstack/echo/v4.Context",),
    ("github.com/gofiber/fiber/v2.Ctx",),
)
# Methods by contract of interfaces whose callers do not wait for each other: name -> types of the parameters.
CONCURRENT_CONTRACTS = {
    "ServeHTTP": ("net/http.ResponseWriter", "*net/http.Request"),
    "RoundTrip": ("*net/http.Request",),
    "Handle": ("context.Context", "log/slog.Record"),
    "Collect": ("chan github.com/prometheus/client_golang/prometheus.Metric",),
}
