namespace AutoForge.Engine.Storage;

/// <summary>
/// A queue in which owners take turns, so that who has put in much holds up nobody else. Items of one owner keep their order.
/// Not thread-safe.
/// </summary>
internal sealed class FairQueue<TItem>
{
    /// <summary>Times that an owner has to have been the only one, to be taken for the only one.</summary>
    internal const int AWhile = 16;

    private readonly Dictionary<Guid, Queue<TItem>> _items = [];

    // The owners that have items, the longest waiting first.
    private readonly Queue<Guid> _turns = [];

    // How often the same owner has been the only one, one time after the other.
    private int _timesAlone;
    private Guid _lastOwner;

    public int Count { get; private set; }

    public void Enqueue(Guid owner, TItem item)
    {
        if (!_items.TryGetValue(owner, out var own))
        {
            _items.Add(owner, own = []);
            _turns.Enqueue(owner);
        }
        own.Enqueue(item);
        Count++;
    }

    /// <summary>Takes a turn of every owner, or of as many as there is room for.</summary>
    /// <param name="max">How many items at most.</param>
    /// <param name="turn">
    /// How many of one owner at most, or twice what is usual when that is more. One that has been alone for a while takes all: who
    /// comes now and then does not wait for more than a turn either.
    /// </param>
    public TItem[] Dequeue(int max, int turn)
    {
        var taken = new List<TItem>(Math.Min(max, Count));
        CountTimesAlone();
        var most = _timesAlone >= AWhile ? max : Math.Max(turn, 2 * UsualCount());
        for (var owners = _turns.Count; owners > 0 && taken.Count < max; owners--)
        {
            var owner = _turns.Dequeue();
            var own = _items[owner];
            for (var n = Math.Min(Math.Min(most, own.Count), max - taken.Count); n > 0; n--)
                taken.Add(own.Dequeue());
            if (own.Count > 0)
                _turns.Enqueue(owner);
            else
                _items.Remove(owner);
        }
        Count -= taken.Count;
        return [.. taken];
    }

    /// <summary>Takes what there is.</summary>
    public TItem[] DequeueAll()
    {
        TItem[] all = [.. _turns.SelectMany(owner => _items[owner])];
        _turns.Clear();
        _items.Clear();
        Count = 0;
        return all;
    }

    /// <returns>The count just below the median, which stays as it is when half of the owners flood; 0 with a single one, of which nothing can be said.</returns>
    private int UsualCount()
    {
        if (_items.Count < 2)
            return 0;
        var counts = new int[_items.Count];
        var i = 0;
        foreach (var own in _items.Values)
            counts[i++] = own.Count;
        Array.Sort(counts);
        return counts[(counts.Length / 2) - 1];
    }

    private void CountTimesAlone()
    {
        if (!_turns.TryPeek(out var owner))
            return;
        _timesAlone = _turns.Count == 1 && owner == _lastOwner ? _timesAlone + 1 : 0;
        _lastOwner = owner;
    }
}
