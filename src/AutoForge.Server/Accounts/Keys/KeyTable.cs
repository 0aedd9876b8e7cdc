using System.Xml.Linq;
using AutoForge.Engine.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace AutoForge.Server.Accounts.Keys;

/// <summary>Keeps the keys of cookies and tokens in PostgreSQL, so that every node reads what another one wrote.</summary>
/// <remarks>Called when a node starts and about once a day afterwards; the interface is synchronous.</remarks>
internal sealed class KeyTable(Func<Database> database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database().DataSource.OpenConnection();
        using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT xml
            FROM data_protection_keys
            ORDER BY created_at
            """;
        var elements = new List<XElement>();
        using var reader = select.ExecuteReader();
        while (reader.Read())
            elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = database().DataSource.OpenConnection();
        using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO data_protection_keys (name, xml)
            VALUES (@name, @xml)
            """;
        insert.Parameters.AddWithValue("name", friendlyName);
        insert.Parameters.AddWithValue("xml", element.ToString(SaveOptions.DisableFormatting));
        insert.ExecuteNonQuery();
    }
}
