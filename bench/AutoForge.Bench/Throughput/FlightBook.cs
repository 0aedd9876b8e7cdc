namespace AutoForge.Bench.Throughput;

/// <summary>Every call of the bench by its number, which travels in the body to the target. Grows without moving what is there.</summary>
internal sealed class FlightBook
{
    private const int PageSize = 1 << 15;
    private readonly Flight[]?[] _pages = new Flight[1 << 12][];
    private int _count;
    private int _repeated;

    /// <summary>Calls that have been numbered so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Requests that came to the target more than once for one run.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public ref Flight this[int number] => ref _pages[number / PageSize]![number % PageSize];

    /// <summary>Gives the next call its number.</summary>
    public int Begin(LoadPlan plan, SemaphoreSlim landing)
    {
        var number = Interlocked.Increment(ref _count) - 1;
        ref var page = ref _pages[number / PageSize];
        if (Volatile.Read(ref page) is null)
            Interlocked.CompareExchange(ref page, new Flight[PageSize], null);
        this[number].Plan = plan;
        this[number].Landing = landing;
        return number;
    }

    public void Arrive(int number, long at)
    {
        if (Interlocked.CompareExchange(ref this[number].Arrived, at, 0) == 0)
            this[number].Landing.Release();
        else
            Interlocked.Increment(ref _repeated);
    }
}
