using System.Net.Sockets;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

public sealed class DatabaseErrorsTests
{
    [Theory]
    [InlineData("57P01", DatabaseErrorKind.Transient)]
    [InlineData("57P03", DatabaseErrorKind.Transient)]
    [InlineData("08006", DatabaseErrorKind.Transient)]
    [InlineData("08P01", DatabaseErrorKind.Transient)]
    [InlineData("53100", DatabaseErrorKind.Transient)]
    [InlineData("53300", DatabaseErrorKind.Transient)]
    [InlineData("25P03", DatabaseErrorKind.Transient)]
    [InlineData("40001", DatabaseErrorKind.Conflict)]
    [InlineData("40P01", DatabaseErrorKind.Conflict)]
    [InlineData("23505", DatabaseErrorKind.Permanent)]
    [InlineData("23514", DatabaseErrorKind.Permanent)]
    [InlineData("42P01", DatabaseErrorKind.Permanent)]
    public void Classify_SqlState_SaysWhatToDo(string sqlState, DatabaseErrorKind expected)
    {
        Assert.Equal(expected, DatabaseErrors.Classify(new PostgresException("no", "ERROR", "ERROR", sqlState)));
    }

    public static TheoryData<Exception, DatabaseErrorKind> Others => new()
    {
        { new NpgsqlException("broken", new IOException()), DatabaseErrorKind.Transient },
        { new NpgsqlException("broken by the writing side", new ObjectDisposedException("stream")), DatabaseErrorKind.Transient },
        { new NpgsqlException("refused", new SocketException((int)SocketError.ConnectionRefused)), DatabaseErrorKind.Transient },
        { new NpgsqlException("pool exhausted", new TimeoutException()), DatabaseErrorKind.Transient },
        { new TimeoutException(), DatabaseErrorKind.Transient },
        { new DatabaseUnavailableException("away"), DatabaseErrorKind.Transient },
        { new InvalidOperationException(), DatabaseErrorKind.Permanent },
        { new OperationCanceledException(), DatabaseErrorKind.Permanent },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Classify_OtherErrors_SaysWhatToDo(Exception exception, DatabaseErrorKind expected)
    {
        Assert.Equal(expected, DatabaseErrors.Classify(exception));
    }
}
